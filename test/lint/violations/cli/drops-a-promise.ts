Promise.resolve(1);
