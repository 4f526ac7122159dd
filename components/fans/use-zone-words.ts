import { useTranslations } from 'next-intl'
import type { FanControl, FanZone } from '#lib/domain/fan.ts'
import { readZoneName } from './zone-name.ts'

/** What a zone is called for a reader: in their language where the name is ours, else as the BMC names it; without a name its id. */
export function useZoneWords(): (zone: FanZone, control: FanControl) => string {
  const t = useTranslations('fans.zone')
  return ({ id, name }, { route }) => {
    // A Control's name is the BMC's.
    const known = route === 'control' ? null : readZoneName(name)
    return known === null ? name || id : t(known.key, known.values).trim()
  }
}
