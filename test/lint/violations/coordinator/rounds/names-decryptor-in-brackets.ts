export const create = (seal: Record<string, () => unknown>): unknown => seal['Decryptor']();
