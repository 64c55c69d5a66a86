;; The sum of 60-bit words, each times its 60-bit multiplier, four words at a time.
;;
;; Words lie from byte 0 on, multipliers from 65,536 on, 8 bytes each, low half first. The top four bits of a multiplier do not count, those
;; of a word are zero. A product is cut into halves of 32 bits: low * low is worth 1, the two middle ones 2^32, high * high 2^64. Each
;; product is cut once more before it is added, so that 8,192 of them stay below 2^64. From 131,072 on it leaves eight sums of 64 bits, two
;; for each of 1, 2^32, 2^64 and 2^96.
(module
  (memory (export "memory") 3)
  (func (export "weigh")
    (local $at i32)
    (local $first v128) (local $second v128)
    (local $words_low v128) (local $words_high v128)
    (local $multipliers_low v128) (local $multipliers_high v128)
    (local $products v128)
    (local $low_half v128) (local $high_bits v128)
    (local $sum0 v128) (local $sum32 v128) (local $sum64 v128) (local $sum96 v128)
    (local.set $low_half (v128.const i64x2 0xffffffff 0xffffffff))
    (local.set $high_bits (v128.const i32x4 0x0fffffff 0x0fffffff 0x0fffffff 0x0fffffff))
    (loop $next
      (local.set $first (v128.load (local.get $at)))
      (local.set $second (v128.load offset=16 (local.get $at)))
      (local.set $words_low (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get $first) (local.get $second)))
      (local.set $words_high (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 (local.get $first) (local.get $second)))
      (local.set $first (v128.load offset=65536 (local.get $at)))
      (local.set $second (v128.load offset=65552 (local.get $at)))
      (local.set $multipliers_low (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 (local.get $first) (local.get $second)))
      (local.set $multipliers_high
        (v128.and (local.get $high_bits) (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31 (local.get $first) (local.get $second))))

      (local.set $products (i64x2.extmul_low_i32x4_u (local.get $words_low) (local.get $multipliers_low)))
      (local.set $sum0 (i64x2.add (local.get $sum0) (v128.and (local.get $products) (local.get $low_half))))
      (local.set $sum32 (i64x2.add (local.get $sum32) (i64x2.shr_u (local.get $products) (i32.const 32))))
      (local.set $products (i64x2.extmul_high_i32x4_u (local.get $words_low) (local.get $multipliers_low)))
      (local.set $sum0 (i64x2.add (local.get $sum0) (v128.and (local.get $products) (local.get $low_half))))
      (local.set $sum32 (i64x2.add (local.get $sum32) (i64x2.shr_u (local.get $products) (i32.const 32))))

      (local.set $products
        (i64x2.add
          (i64x2.extmul_low_i32x4_u (local.get $words_low) (local.get $multipliers_high))
          (i64x2.extmul_low_i32x4_u (local.get $words_high) (local.get $multipliers_low))))
      (local.set $sum32 (i64x2.add (local.get $sum32) (v128.and (local.get $products) (local.get $low_half))))
      (local.set $sum64 (i64x2.add (local.get $sum64) (i64x2.shr_u (local.get $products) (i32.const 32))))
      (local.set $products
        (i64x2.add
          (i64x2.extmul_high_i32x4_u (local.get $words_low) (local.get $multipliers_high))
          (i64x2.extmul_high_i32x4_u (local.get $words_high) (local.get $multipliers_low))))
      (local.set $sum32 (i64x2.add (local.get $sum32) (v128.and (local.get $products) (local.get $low_half))))
      (local.set $sum64 (i64x2.add (local.get $sum64) (i64x2.shr_u (local.get $products) (i32.const 32))))

      (local.set $products (i64x2.extmul_low_i32x4_u (local.get $words_high) (local.get $multipliers_high)))
      (local.set $sum64 (i64x2.add (local.get $sum64) (v128.and (local.get $products) (local.get $low_half))))
      (local.set $sum96 (i64x2.add (local.get $sum96) (i64x2.shr_u (local.get $products) (i32.const 32))))
      (local.set $products (i64x2.extmul_high_i32x4_u (local.get $words_high) (local.get $multipliers_high)))
      (local.set $sum64 (i64x2.add (local.get $sum64) (v128.and (local.get $products) (local.get $low_half))))
      (local.set $sum96 (i64x2.add (local.get $sum96) (i64x2.shr_u (local.get $products) (i32.const 32))))

      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 32))) (i32.const 65536))))
    (v128.store offset=131072 (i32.const 0) (local.get $sum0))
    (v128.store offset=131088 (i32.const 0) (local.get $sum32))
    (v128.store offset=131104 (i32.const 0) (local.get $sum64))
    (v128.store offset=131120 (i32.const 0) (local.get $sum96))))
