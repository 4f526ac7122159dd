'use client'

import { useTranslations } from 'next-intl'
import { foldNames } from '#lib/domain/fold-names.ts'
import { DialogPart } from '../ui/dialog.tsx'
import { FateGroups } from './blast-radius.tsx'
import { Draw } from './draw.tsx'
import { InUse } from './in-use.tsx'
import { powerOf, type Deed, type Target } from './plan.ts'
import { Present } from './present.tsx'
import { SinceOpened } from './since-opened.tsx'
import type { Frozen } from './use-frozen.ts'

type RadiusProps = { frozen: Frozen; deed: Deed; /** Set when it was asked of one node. */ one: Target | null; nowMs: number; onLook: () => void }

/** The first part of every dialog that does something to nodes: what will happen to which, what is left alone and why, who is there, what they draw. */
export function Radius({ frozen, deed, one, nowMs, onLook }: RadiusProps) {
  const t = useTranslations('power')
  const { taking } = frozen.plan
  const drawn = powerOf(deed) ?? (deed.action === 'SetPowerCap' ? deed.action : null)
  return (
    <>
      <SinceOpened frozen={frozen} onLook={onLook} />
      <DialogPart className="flex flex-col gap-3">
        {one === null ? (
          <p className="max-h-24 overflow-y-auto font-mono break-words">{foldNames(taking.map(({ name }) => name))}</p>
        ) : (
          <Present target={one} fate={frozen.plan.groups[0]?.fate} />
        )}
        <ul className="flex flex-col gap-2 empty:hidden">
          {one === null && <FateGroups plan={frozen.plan} deed={deed} />}
          <InUse targets={taking} />
        </ul>
        {taking.length === 0 && one === null && <p className="text-warning">{t('nothing')}</p>}
        {drawn !== null && deed.later !== true && <Draw targets={taking} action={drawn} nowMs={nowMs} />}
      </DialogPart>
    </>
  )
}
