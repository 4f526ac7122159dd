import { IpmiError, type IpmiErrorKind } from './errors.ts'
import { rakpStatus } from './rakp.ts'

type Failure = { readonly kind: IpmiErrorKind; readonly text: string }

/** What an RMCP+ status means to a person (IPMI 2.0 table 13-15). */
const failures: Readonly<Record<number, Failure>> = {
  [rakpStatus.insufficientResources]: { kind: 'insufficient-resources', text: 'no free session' },
  [rakpStatus.invalidSessionId]: { kind: 'protocol', text: 'invalid session id' },
  [rakpStatus.invalidPayloadType]: { kind: 'protocol', text: 'invalid payload type' },
  [rakpStatus.invalidAuthentication]: { kind: 'no-cipher-suite', text: 'invalid authentication algorithm' },
  [rakpStatus.invalidIntegrity]: { kind: 'no-cipher-suite', text: 'invalid integrity algorithm' },
  [rakpStatus.noMatchingAuthentication]: { kind: 'no-cipher-suite', text: 'no matching authentication payload' },
  [rakpStatus.noMatchingIntegrity]: { kind: 'no-cipher-suite', text: 'no matching integrity payload' },
  [rakpStatus.inactiveSessionId]: { kind: 'protocol', text: 'inactive session id' },
  [rakpStatus.invalidRole]: { kind: 'wrong-user', text: 'the user may not have that role' },
  [rakpStatus.unauthorizedRole]: { kind: 'wrong-user', text: 'the user may not have that role' },
  [rakpStatus.insufficientResourcesForRole]: { kind: 'insufficient-resources', text: 'no free session for that role' },
  [rakpStatus.invalidNameLength]: { kind: 'wrong-user', text: 'invalid length of the user name' },
  [rakpStatus.unauthorizedName]: { kind: 'wrong-user', text: 'unknown user name' },
  [rakpStatus.unauthorizedGuid]: { kind: 'protocol', text: 'unauthorized GUID' },
  [rakpStatus.invalidIntegrityCheck]: { kind: 'wrong-password', text: 'wrong password' },
  [rakpStatus.invalidConfidentiality]: { kind: 'no-cipher-suite', text: 'invalid confidentiality algorithm' },
  [rakpStatus.noMatchingCipherSuite]: { kind: 'no-cipher-suite', text: 'no matching cipher suite' },
  [rakpStatus.illegalParameter]: { kind: 'protocol', text: 'illegal parameter' },
}

export function failureOfStatus(message: 'Open Session' | 'RAKP 2' | 'RAKP 4', status: number): IpmiError {
  const failure = failures[status] ?? { kind: 'protocol', text: `status ${status.toString(16).toUpperCase().padStart(2, '0')}h` }
  return new IpmiError(failure.kind, `${message} refused: ${failure.text}`)
}

/** In Open Session, also 0Ah and 12h mean a suite that is switched off (FreeIPMI's notes on Intel boards). */
const suiteRefusals: ReadonlySet<number> = new Set([
  rakpStatus.invalidAuthentication,
  rakpStatus.invalidIntegrity,
  rakpStatus.noMatchingAuthentication,
  rakpStatus.noMatchingIntegrity,
  rakpStatus.unauthorizedRole,
  rakpStatus.invalidConfidentiality,
  rakpStatus.noMatchingCipherSuite,
  rakpStatus.illegalParameter,
])

export function isSuiteRefused(status: number): boolean {
  return suiteRefusals.has(status)
}

const roleRefusals: ReadonlySet<number> = new Set([rakpStatus.invalidRole, rakpStatus.unauthorizedRole, rakpStatus.unauthorizedName])

/** True when RAKP 2's status may only mean "not as administrator". */
export function roleWasRefused(status: number): boolean {
  return roleRefusals.has(status)
}
