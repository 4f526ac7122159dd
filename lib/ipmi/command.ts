/** Network functions of requests (IPMI 2.0 table 5-1); a response's is one higher. */
export const netFns = { chassis: 0x00, sensor: 0x04, app: 0x06, storage: 0x0a, transport: 0x0c, groupExtension: 0x2c } as const

/**
 * One IPMI command as a value; the session is generic over it.
 *
 * `effect` decides what happens when a reply is lost: a `read` is asked again; `control` and `write` are sent
 * exactly once, whatever happens, and their lost reply is an error of kind `reply-lost`.
 */
export type Command<Request, Response> = {
  readonly name: string
  readonly netFn: number
  readonly cmd: number
  readonly effect: 'read' | 'control' | 'write'
  /** The responder's logical unit when it is not 0, for sensors that live elsewhere. */
  readonly lun?: (request: Request) => number
  /** What this command's own completion codes (80h–BEh) mean. */
  readonly completionCodes?: Readonly<Record<number, string>>
  /** The request's data after the command byte. */
  readonly encode: (request: Request) => Buffer
  /** The response's data after completion code 00h. Throws `malformed`. */
  readonly decode: (data: Buffer) => Response
}

export const noData = (): Buffer => Buffer.alloc(0)
/** For commands whose answer is only a completion code. */
export const noAnswer = (): void => undefined
