/**
 * What the native engine is made of, pinned by content: whoever serves the files, these are the bytes that are used.
 * TensorFlow's own download host is blocked in many hospitals; Maven and Python repositories and their mirrors are not.
 */
export interface Pinned {
  /** Name inside its archive. */
  readonly entry: string;
  /** SHA-256 in hex. */
  readonly sha256: string;
}

/** The Maven artifact that holds the library, TensorFlow 2.10.1, which exports TensorFlow's C API. */
export const libraryJar = {
  path: 'org/tensorflow/tensorflow-core-api/0.5.0/tensorflow-core-api-0.5.0-linux-x86_64.jar',
  sha256: 'f394c5be26c8f3b644cdc77e6741b2cfe774caa8aedeb969c50e074444feac55',
  bytes: 116_959_312,
  /** File in the jar -> the name under which the linker looks for it. */
  libraries: new Map([
    ['org/tensorflow/internal/c_api/linux-x86_64/libtensorflow_cc.so.2', 'libtensorflow.so'],
    ['org/tensorflow/internal/c_api/linux-x86_64/libtensorflow_framework.so.2', 'libtensorflow_framework.so'],
  ]),
} as const;

/** The Python wheel that holds the C headers; of its 200 MiB only these files are fetched. */
export const headerWheel = {
  project: 'tensorflow-cpu',
  file: 'tensorflow_cpu-2.9.3-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
  folder: 'tensorflow/include/',
  headers: [
    { entry: 'tensorflow/c/c_api.h', sha256: 'c50d0c61cc3eea7954e8d43111fef20dd400061332b0225232dd8b0115d28470' },
    { entry: 'tensorflow/c/c_api_macros.h', sha256: 'a7e1f6c26e57b7d245b7cfe4310864e567ed82fc442725870110d93d378f5716' },
    { entry: 'tensorflow/c/tf_attrtype.h', sha256: '01bf629a52b523c070864ce11d31d33aa33fc2eb559552feb986fc90f512ef0e' },
    { entry: 'tensorflow/c/tf_datatype.h', sha256: 'b04fe8faa540f6e112388c3fff214b78108ee6b918759d30cd891112de4cda74' },
    { entry: 'tensorflow/c/tf_status.h', sha256: '304c6a49c31211783ac56e8d08f7ee579abc2a36e93c1370d913dc33e5f83204' },
    { entry: 'tensorflow/c/tf_tensor.h', sha256: '67e7ac392e3b579e2fae0ce9e1fb678d3ff602481c1cf46e9361b607182bfbbc' },
    { entry: 'tensorflow/c/tf_tstring.h', sha256: '20de279e9207b22f086f0580ace7a095b2ed29d288b3734d3ddcf367518f86c4' },
    { entry: 'tensorflow/c/eager/c_api.h', sha256: 'd9be6bba582912371f9f5c5e580063bb97353bcbbf9f4082b3e7013f3ab9e6ea' },
    { entry: 'tensorflow/core/platform/ctstring.h', sha256: '0ebde17988957030bcb316d18b14b84bfa2fe601b895846aa00056be0d58831d' },
    { entry: 'tensorflow/core/platform/ctstring_internal.h', sha256: 'd5cd79c4bc4d9bb44ccd716e8687096d4d99e1ce7f542bd14698b40c865769bb' },
  ] satisfies Pinned[],
} as const;

/** Where the artifacts come from unless a mirror is named. */
export const publicRepositories = {
  maven: 'https://repo.maven.apache.org/maven2',
  pythonIndex: 'https://pypi.org/simple',
} as const;
