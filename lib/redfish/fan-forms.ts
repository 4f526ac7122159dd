/**
 * A property of the maker's by which fans are told what to do. `property` is the word by which it is found below an `Oem`, or the name of a
 * resource of its own. `words`: what the maker's manual lists, for BMCs that do not list it themselves. `automatic`: the word that gives the
 * fans back; `full`: those that run them at full speed.
 */
export type FanForm = {
  id: string
  name: string
  source: string
  property: string
  words: readonly string[]
  automatic: string
  full: readonly string[]
  /** A duty in percent beside it. `isMinimum`: the BMC goes on steering above it. `along`: what is changed with it; `release`: what gives it back. */
  level?: { property: string; least?: string; isMinimum: boolean; along: Record<string, unknown>; release: Record<string, unknown> }
  /** After so long the BMC takes the fans back by itself, as `level.along` says. */
  expiresSeconds?: number
  /** A second property with modes of its own, for a BMC that steers. */
  second?: { property: string; words: readonly string[] }
}

const huaweiSeconds = 60

/** Each from the maker's own documents (grade A). */
export const fanForms: readonly FanForm[] = [
  {
    id: 'supermicro-fan-mode',
    name: 'Supermicro fan mode',
    source: 'supermicro.com/manuals/other/redfish-ref-guide-html, Fan Mode',
    property: 'FanMode',
    words: ['Standard', 'FullSpeed', 'Optimal', 'PUE2', 'HeavyIO'],
    automatic: 'Standard',
    full: ['FullSpeed'],
  },
  {
    id: 'hpe-thermal-configuration',
    name: 'HPE thermal configuration',
    source: 'HPEDevCom/redfishdocs, redfishExamples.md (ThermalConfiguration) and ilo6_other_resourcedefns170.md (FanPercentMinimum)',
    property: 'ThermalConfiguration',
    words: ['OptimalCooling', 'IncreasedCooling', 'MaximumCooling', 'EnhancedCooling'],
    automatic: 'OptimalCooling',
    full: ['MaximumCooling'],
    level: { property: 'FanPercentMinimum', isMinimum: true, along: {}, release: { FanPercentMinimum: 0 } },
  },
  {
    id: 'huawei-fan-speed',
    name: 'Huawei, xFusion fan speed',
    source: 'openubmc.cn, Redfish interface, Thermal (FanSpeedAdjustmentMode, FanSpeedLevelPercents, FanManualModeTimeoutSeconds)',
    property: 'FanSpeedAdjustmentMode',
    words: ['Automatic'],
    automatic: 'Automatic',
    full: [],
    level: {
      property: 'FanSpeedLevelPercents',
      least: 'FanSpeedMinimalLevelPercents',
      isMinimum: false,
      along: { FanSpeedAdjustmentMode: 'Manual', FanManualModeTimeoutSeconds: huaweiSeconds },
      release: {},
    },
    expiresSeconds: huaweiSeconds,
    second: { property: 'FanSmartCoolingMode', words: ['EnergySaving', 'LowNoise', 'HighPerformance'] },
  },
  {
    id: 'lenovo-fan-speed-boost',
    name: 'Lenovo fan speed boost',
    source: 'pubs.lenovo.com/xcc2-restapi/update_fanspeedboost_property_patch',
    property: 'FanSpeedBoost',
    words: ['Normal', 'Low', 'Medium', 'High'],
    automatic: 'Normal',
    full: [],
  },
  {
    id: 'openbmc-fan-profile',
    name: 'OpenBMC fan profile',
    source: 'openbmc/bmcweb, redfish-core/lib/managers.hpp (Oem.OpenBmc.Fan.Profile)',
    property: 'Profile',
    words: [],
    automatic: 'Default',
    full: [],
  },
]
