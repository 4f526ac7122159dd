'use client'

import { useTranslations } from 'next-intl'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { settingsQuery } from '#lib/api/queries.ts'
import type { BootMode } from '#lib/domain/boot.ts'
import { patienceMinutes, quietMinutes } from '#lib/domain/install.ts'
import { DialogPart } from '../ui/dialog.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { AskDialog, type AskDialogProps } from './ask-dialog.tsx'
import { ImageChoice, whyNotIn, type ChosenImage } from './image-choice.tsx'

const stages = ['mount', 'start', 'watch', 'eject'] as const
/** Of what another server serves nobody here sees what is read. */
const shareStages = ['mountShare', 'start', 'watchShare'] as const

/** Nodes are started from an image: which one, in which mode, and when it is taken out again. What runs there ends, and the button says so. */
export function InstallDialog(props: AskDialogProps) {
  const t = useTranslations('more')
  const { targets } = props
  const [chosen, setChosen] = useState<ChosenImage>(null)
  const [mode, setMode] = useState<BootMode | 'asis'>('asis')
  const [quiet, setQuiet] = useState(String(quietMinutes.usual))
  const [patience, setPatience] = useState(String(patienceMinutes.usual))
  const [quietFor, patientFor] = [toMinutes(quiet, quietMinutes), toMinutes(patience, patienceMinutes)]
  const against = whyNotIn(chosen?.facts ?? null, mode)
  return (
    <AskDialog
      {...props}
      isHarsh
      action="InstallImage"
      options={
        chosen === null || quietFor === null || patientFor === null
          ? null
          : { ...chosen.request, ...(mode === 'asis' ? {} : { mode }), quietMinutes: quietFor, patienceMinutes: patientFor }
      }
      title={(what) => t('installTitle', { what })}
      description={() => t('installText')}
    >
      {(isFixed) => (
        <>
          <DialogPart>
            <fieldset disabled={isFixed} className="flex flex-col gap-3">
              <legend className="sr-only">{t('install')}</legend>
              <ImageChoice onChange={setChosen} />
              <div className="grid items-end gap-3 sm:grid-cols-3">
                <Select<BootMode | 'asis'> label={t('mode')} value={mode} onChange={setMode} choices={(['asis', 'uefi', 'legacy'] as const).map((value) => ({ value, label: t(`modes.${value}`) }))} />
                <TextField
                  label={t('quiet')}
                  inputMode="numeric"
                  value={quiet}
                  error={quietFor === null ? t('minutesWrong', quietMinutes) : null}
                  onChange={(event) => setQuiet(event.target.value)}
                />
                <TextField
                  label={t('patience')}
                  inputMode="numeric"
                  value={patience}
                  error={patientFor === null ? t('minutesWrong', patienceMinutes) : null}
                  onChange={(event) => setPatience(event.target.value)}
                />
              </div>
              {against !== null && <p className="text-warning">{t(`image.${against}`)}</p>}
            </fieldset>
          </DialogPart>
          <DialogPart>
            <ol className="flex list-decimal flex-col gap-1 pl-4 text-muted">
              {(chosen !== null && 'share' in chosen.request ? shareStages : stages).map((stage) => (
                <li key={stage}>{t(`installStages.${stage}`)}</li>
              ))}
            </ol>
            {targets.length > 1 && <AtOnce />}
          </DialogPart>
        </>
      )}
    </AskDialog>
  )
}

/** Minutes as they were typed; null when they are none of those. */
function toMinutes(text: string, { least, most }: { least: number; most: number }): number | null {
  const minutes = /^\d{1,3}$/.test(text.trim()) ? Number(text) : NaN
  return minutes >= least && minutes <= most ? minutes : null
}

/** Thirty nodes that read at once choke one uplink, so the site has a limit, and the rest waits. */
function AtOnce() {
  const t = useTranslations('more')
  const { data } = useQuery(settingsQuery())
  return data === undefined ? null : <p className="mt-2 text-muted">{t('atOnce', { count: data.installsAtOnce })}</p>
}
