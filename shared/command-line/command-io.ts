/** What a command may touch of the process it runs in; a test hands in its own. */
export interface CommandIo {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted, with a `cancelled` error as its reason, when the person or the service manager wants the command to end. */
  readonly signal: AbortSignal;
}

/** What a person or a pipe types; `isTTY` is set when a person sits at a terminal. */
export interface InputStream extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
}

/** A stream for text; `isTTY` and `columns` are set when a person watches it on a terminal. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The entry of one command: takes the arguments after the program's name and resolves to the exit code. */
export type CommandMain = (argv: string[], io: CommandIo) => Promise<number>;
