'use client'

import { useTranslations } from 'next-intl'
import { DialogPart } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'
import { wrongField } from './wrong-field.ts'
import { NowOrWhenFields } from './when-fields.tsx'
import type { WhenForm } from './when-form.ts'

/** As long as a schedule's name may be. */
const longestName = 100

/** A name for a schedule of this, to begin with. */
export const toScheduleName = (what: string) => (what.length <= longestName ? what : `${what.slice(0, longestName - 1)}…`)

/** Is it said here already what is wrong? */
export const isOfWhen = (failure: Error | null) => wrongField(failure, 'when') !== null || wrongField(failure, 'name') !== null

type WhenPartProps = {
  /** Null is now. */
  when: WhenForm | null
  name: string
  failure: Error | null
  frozen: boolean
  onWhen: (when: WhenForm | null) => void
  onName: (name: string) => void
}

/** Whether it is asked now, or kept for another time, once or again and again, under a name. */
export function WhenPart({ when, name, failure, frozen, onWhen, onName }: WhenPartProps) {
  const t = useTranslations('when')
  return (
    <DialogPart className="flex flex-col gap-3">
      <NowOrWhenFields form={when} error={wrongField(failure, 'when')} frozen={frozen} onChange={onWhen} />
      {when !== null && (
        <>
          <TextField label={t('name')} value={name} maxLength={longestName} onChange={(event) => onName(event.target.value)} error={wrongField(failure, 'name')} />
          <p className="text-label text-faint">{t('text')}</p>
        </>
      )}
    </DialogPart>
  )
}
