/** What a state means for the health of what it belongs to, as far as the specification's own words say. */
export type StateSeverity = 'ok' | 'warning' | 'critical'

/** Text and severity; without one the state is only information (`ok`). */
export type State = readonly [text: string, severity?: StateSeverity]

/** States of the generic event/reading types 02h–0Ch, by bit (IPMI 2.0 table 42-2). Type 01h are thresholds. */
export const genericStates: Readonly<Record<number, readonly State[]>> = {
  0x01: [
    ['Lower Non-critical going low', 'warning'],
    ['Lower Non-critical going high'],
    ['Lower Critical going low', 'critical'],
    ['Lower Critical going high'],
    ['Lower Non-recoverable going low', 'critical'],
    ['Lower Non-recoverable going high'],
    ['Upper Non-critical going low'],
    ['Upper Non-critical going high', 'warning'],
    ['Upper Critical going low'],
    ['Upper Critical going high', 'critical'],
    ['Upper Non-recoverable going low'],
    ['Upper Non-recoverable going high', 'critical'],
  ],
  0x02: [['Transition to Idle'], ['Transition to Active'], ['Transition to Busy']],
  0x03: [['State Deasserted'], ['State Asserted']],
  0x04: [['Predictive Failure deasserted'], ['Predictive Failure asserted', 'warning']],
  0x05: [['Limit Not Exceeded'], ['Limit Exceeded', 'warning']],
  0x06: [['Performance Met'], ['Performance Lags', 'warning']],
  0x07: [
    ['Transition to OK'],
    ['Transition to Non-critical from OK', 'warning'],
    ['Transition to Critical from less severe', 'critical'],
    ['Transition to Non-recoverable from less severe', 'critical'],
    ['Transition to Non-critical from more severe', 'warning'],
    ['Transition to Critical from Non-recoverable', 'critical'],
    ['Transition to Non-recoverable', 'critical'],
    ['Monitor'],
    ['Informational'],
  ],
  0x08: [['Device Absent'], ['Device Present']],
  0x09: [['Device Disabled'], ['Device Enabled']],
  0x0a: [
    ['Transition to Running'],
    ['Transition to In Test'],
    ['Transition to Power Off'],
    ['Transition to On Line'],
    ['Transition to Off Line'],
    ['Transition to Off Duty'],
    ['Transition to Degraded', 'warning'],
    ['Transition to Power Save'],
    ['Install Error', 'critical'],
  ],
  0x0b: [
    ['Fully Redundant'],
    ['Redundancy Lost', 'critical'],
    ['Redundancy Degraded', 'warning'],
    ['Non-Redundant: Sufficient from Redundant', 'warning'],
    ['Non-Redundant: Sufficient from insufficient', 'warning'],
    ['Non-Redundant: Insufficient Resources', 'critical'],
    ['Redundancy Degraded from Fully Redundant', 'warning'],
    ['Redundancy Degraded from Non-Redundant', 'warning'],
  ],
  0x0c: [['D0 Power State'], ['D1 Power State'], ['D2 Power State'], ['D3 Power State']],
}
