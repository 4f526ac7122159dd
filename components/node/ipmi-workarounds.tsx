'use client'

import { useTranslations } from 'next-intl'
import { isBuiltIn, switches, workarounds, type Workaround } from '#lib/domain/ipmi-words.ts'
import { Badge } from '../ui/badge.tsx'
import { Checkbox } from '../ui/checkbox.tsx'

type WorkaroundsProps = { chosen: readonly Workaround[]; found: readonly Workaround[]; mayEdit: boolean; onChange: (next: Workaround[]) => void }

/** FreeIPMI's switches for BMCs that differ from the specification. Those that this BMC's login found to be needed are in force by themselves. */
export function IpmiWorkarounds({ chosen, found, mayEdit, onChange }: WorkaroundsProps) {
  const t = useTranslations('node.settings.ipmi')
  const always = workarounds.filter(isBuiltIn)
  return (
    <details open={chosen.length > 0 || found.length > 0 ? true : undefined}>
      <summary className="cursor-default text-label text-muted max-sm:min-h-11">{t('workarounds', { count: chosen.length })}</summary>
      <fieldset className="mt-2" disabled={!mayEdit}>
        <legend className="mb-2 text-label text-faint">{t('workaroundsHint')}</legend>
        <ul className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
          {switches.map((name) => (
            <li key={name}>
              <Checkbox checked={chosen.includes(name)} onChange={({ target }) => onChange(target.checked ? [...chosen, name] : chosen.filter((one) => one !== name))} aria-describedby={`workaround-${name}`}>
                <span className="font-mono">{name}</span>
                {found.includes(name) && <Badge>{t('found')}</Badge>}
              </Checkbox>
              <p id={`workaround-${name}`} className="pl-5.5 text-label text-faint">
                {t(`meanings.${name}`)}
              </p>
            </li>
          ))}
        </ul>
        <p className="mt-2 text-label text-faint">{t('always', { names: always.join(', ') })}</p>
      </fieldset>
    </details>
  )
}
