/** How a command ends: scripts read these. */
export const exitCodes = {
  ok: 0,
  /** It was done, and not everything ended as asked. */
  partly: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** Baseboard could not be reached, or its answer not be understood. */
  away: 3,
  /** Baseboard said no. */
  refused: 4,
  interrupted: 130,
} as const

/** Ends the command with a line for a person. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: number
  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

export const misuse = (message: string) => new Failure(exitCodes.usage, message)
