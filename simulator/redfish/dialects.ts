import type { ResetType } from '#lib/domain/power.ts'
import type { MakeName } from '../makes.ts'
import type { BootDialect } from './boot.ts'

/** How one make speaks Redfish: only what differs from maker to maker, told by its ids, lists and habits. */
export interface Dialect {
  redfishVersion: string
  systemId: string
  chassisId: string
  managerId: string
  /** Where sensors are: Thermal and Power (DSP0268 deprecated), the newer subsystems, or both side by side. */
  sensors: 'legacy' | 'subsystems' | 'both'
  fanUnit: 'RPM' | 'Percent'
  resets: readonly (ResetType | 'ForceOn')[]
  /** Of the manager; empty where the action has no list (Supermicro). */
  managerResets: readonly ('GracefulRestart' | 'ForceRestart' | 'GracefulShutdown')[]
  /** Allowable resets stand in the action itself or only in its ActionInfo. */
  resetsIn: 'action' | 'actionInfo'
  /** Older makes know IndicatorLED, newer LocationIndicatorActive. */
  indicator: 'IndicatorLED' | 'LocationIndicatorActive' | 'both'
  hasLastResetTime: boolean
  boot: BootDialect
  /** A PATCH without If-Match is refused. */
  needsIfMatch: boolean
  sessionsPath: string
  /** Where the token of a new session is: the standard's header, or only in the body (Inspur M6). */
  tokenIn: 'header' | 'body'
  sessionLimit: number
  /** Answers `$expand` and `only`, and says so in the service root. */
  hasQueries?: boolean
  /** Which resource holds the log services, and what the log is called. */
  log: { under: 'Systems' | 'Managers' | 'Chassis'; id: string }
  server?: string
  /** Whose extensions the service root names. */
  oem?: string
  /** Manager.SerialConsole as recorded machines have it; absent where no recording shows one. */
  serialConsole?: { ServiceEnabled: boolean; MaxConcurrentSessions: number; ConnectTypesSupported: readonly string[] }
  /** OpenBMC tells it at the system, too. SSH is on where the node serves it. */
  hasSystemSerialConsole?: boolean
  /** The serial console is a WebSocket of the web server, as bmcweb has it. */
  hasConsoleSocket?: boolean
}

const serialBy = (sessions: number, ...types: readonly string[]) => ({
  ServiceEnabled: sessions > 0,
  MaxConcurrentSessions: sessions,
  ConnectTypesSupported: types,
})

const plainTargets = ['None', 'Pxe', 'Hdd', 'Cd', 'Usb', 'BiosSetup', 'Diags']

const common = {
  redfishVersion: '1.6.0',
  systemId: '1',
  chassisId: '1',
  managerId: '1',
  sensors: 'legacy',
  fanUnit: 'RPM',
  resets: ['On', 'ForceOff', 'GracefulShutdown', 'GracefulRestart', 'ForceRestart', 'Nmi'],
  managerResets: ['ForceRestart', 'GracefulRestart'],
  resetsIn: 'action',
  indicator: 'IndicatorLED',
  hasLastResetTime: false,
  boot: { targets: plainTargets, mode: 'free' },
  needsIfMatch: false,
  sessionsPath: '/redfish/v1/SessionService/Sessions',
  tokenIn: 'header',
  sessionLimit: 16,
  log: { under: 'Systems', id: 'SEL' },
} satisfies Dialect

const megaRac = {
  ...common,
  oem: 'Ami',
  systemId: 'Self',
  chassisId: 'Self',
  managerId: 'Self',
  managerResets: ['ForceRestart'],
  resetsIn: 'actionInfo',
  needsIfMatch: true,
  boot: { targets: ['None', 'Pxe', 'Floppy', 'Cd', 'Usb', 'Hdd', 'BiosSetup', 'Utilities', 'UefiShell', 'UefiTarget', 'UefiHttp'], mode: 'free', listsModes: true, needsAll: true, lasting: ['Disabled', 'Once', 'Continuous'] },
} satisfies Dialect

/** Ids, lists and habits as the recorded machines and vendor documents show them. */
export const dialects: Record<MakeName, Dialect> = {
  supermicro: { ...common, managerResets: [], redfishVersion: '1.8.0', resets: [...common.resets, 'ForceOn'], boot: { targets: ['None', 'Pxe', 'Hdd', 'Cd', 'UsbCd', 'Usb', 'BiosSetup', 'UefiHttp'], mode: 'free', needsAll: true, takesUri: true }, log: { under: 'Systems', id: 'Log1' }, serialConsole: serialBy(1, 'SSH', 'IPMI') },
  inspur: { ...megaRac, redfishVersion: '1.8.0', systemId: '1', chassisId: '1', managerId: '1', tokenIn: 'body', sessionLimit: 20, boot: { ...megaRac.boot, targets: ['None', 'Pxe', 'Cd', 'Hdd'] } },
  h3c: {
    ...common,
    redfishVersion: '1.9.0',
    needsIfMatch: true,
    boot: { targets: ['None', 'Pxe', 'Hdd', 'Cd', 'BiosSetup'], mode: 'free', needsAll: true },
    sessionLimit: 10,
    log: { under: 'Managers', id: 'Log1' },
    server: 'AMI MegaRAC Redfish Service',
  },
  nettrix: { ...megaRac, log: { under: 'Managers', id: 'SEL' } },
  xfusion: {
    ...common,
    redfishVersion: '1.11.0',
    resets: ['On', 'ForceOff', 'GracefulShutdown', 'ForceRestart', 'Nmi', 'PowerCycle'],
    needsIfMatch: true,
    log: { under: 'Systems', id: 'Log1' },
  },
  dell: {
    ...common,
    hasQueries: true,
    redfishVersion: '1.11.0',
    systemId: 'System.Embedded.1',
    chassisId: 'System.Embedded.1',
    managerId: 'iDRAC.Embedded.1',
    resets: ['On', 'ForceOff', 'ForceRestart', 'GracefulRestart', 'GracefulShutdown', 'PushPowerButton', 'Nmi', 'PowerCycle'],
    managerResets: ['GracefulRestart'],
    hasLastResetTime: true,
    boot: { targets: ['None', 'Pxe', 'Floppy', 'Cd', 'Hdd', 'BiosSetup', 'Utilities', 'UefiTarget', 'SDCard', 'UefiHttp'], mode: 'free' },
    indicator: 'both',
    sensors: 'both',
    sessionLimit: 8,
    log: { under: 'Managers', id: 'Sel' },
    serialConsole: serialBy(0),
  },
  hpe: {
    ...common,
    hasQueries: true,
    fanUnit: 'Percent',
    resets: ['On', 'ForceOff', 'GracefulShutdown', 'ForceRestart', 'Nmi', 'PushPowerButton', 'GracefulRestart'],
    boot: { targets: ['None', 'Cd', 'Hdd', 'Usb', 'SDCard', 'Utilities', 'Diags', 'BiosSetup', 'Pxe', 'UefiShell', 'UefiHttp', 'UefiTarget'], mode: 'fixed', refusesNone: true },
    log: { under: 'Systems', id: 'IML' },
    serialConsole: serialBy(13, 'SSH', 'IPMI', 'Oem'),
  },
  lenovo: {
    ...common,
    hasQueries: true,
    redfishVersion: '1.15.0',
    resets: ['On', 'Nmi', 'GracefulShutdown', 'GracefulRestart', 'ForceOn', 'ForceOff', 'ForceRestart'],
    sensors: 'both',
    indicator: 'both',
    needsIfMatch: true,
    boot: { targets: [...plainTargets, 'UefiTarget'], mode: 'free', lasting: ['Once', 'Disabled'] },
    log: { under: 'Systems', id: 'PlatformLog' },
    serialConsole: serialBy(2, 'IPMI', 'SSH'),
  },
  gigabyte: { ...megaRac, hasQueries: true, redfishVersion: '1.7.0', log: { under: 'Managers', id: 'SEL' }, serialConsole: serialBy(1, 'IPMI') },
  openbmc: {
    ...common,
    redfishVersion: '1.17.0',
    systemId: 'system',
    chassisId: 'chassis',
    managerId: 'bmc',
    sensors: 'subsystems',
    resets: ['On', 'ForceOff', 'ForceOn', 'ForceRestart', 'GracefulRestart', 'GracefulShutdown', 'PowerCycle', 'Nmi', 'FullPowerCycle'],
    managerResets: ['GracefulRestart', 'ForceRestart', 'GracefulShutdown'],
    resetsIn: 'actionInfo',
    indicator: 'LocationIndicatorActive',
    hasLastResetTime: true,
    log: { under: 'Systems', id: 'EventLog' },
    serialConsole: serialBy(15, 'IPMI', 'SSH'),
    hasSystemSerialConsole: true,
    hasConsoleSocket: true,
  },
}
