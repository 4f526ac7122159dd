'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState, type FormEvent } from 'react'
import { saveLimits } from '#lib/api/commands.ts'
import type { Settings } from '#lib/api/contract.ts'
import { keys, settingsQuery } from '#lib/api/queries.ts'
import { installsAtOnce as installs } from '#lib/domain/install.ts'
import { useErrorWords } from '#components/errors/use-error-words.ts'
import { Button } from '#components/ui/button.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { toast } from '#components/ui/toast.tsx'
import { toWhole } from './limits.ts'
import { ReadState } from './read-state.tsx'
import { Section } from './section.tsx'

const mostCommands = 10_000

function Form({ settings }: { settings: Settings }) {
  const t = useTranslations('settings')
  const common = useTranslations('common')
  const words = useErrorWords()
  const client = useQueryClient()
  const [commands, setCommands] = useState(String(settings.commandsPerSecond))
  const [images, setImages] = useState(String(settings.installsAtOnce))
  const commandsPerSecond = toWhole(commands, 1, mostCommands)
  const installsAtOnce = toWhole(images, installs.least, installs.most)
  const saving = useMutation({
    mutationFn: saveLimits,
    onSuccess: (saved) => {
      client.setQueryData(keys.settings, saved)
      toast({ level: 'ok', title: t('limitsSaved') })
    },
  })
  const isChanged = commandsPerSecond !== settings.commandsPerSecond || installsAtOnce !== settings.installsAtOnce
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (commandsPerSecond !== null && installsAtOnce !== null) saving.mutate({ commandsPerSecond, installsAtOnce })
  }
  const wrong = (least: number, most: number) => t('limitsWrong', { least, most })
  return (
    <form onSubmit={submit} className="flex max-w-md flex-col gap-4 px-5">
      <TextField
        label={t('commandsPerSecond')}
        hint={t('commandsPerSecondHint')}
        error={commandsPerSecond === null ? wrong(1, mostCommands) : null}
        value={commands}
        inputMode="numeric"
        onChange={(event) => setCommands(event.target.value)}
      />
      <TextField
        label={t('installsAtOnce')}
        hint={t('installsAtOnceHint')}
        error={installsAtOnce === null ? wrong(installs.least, installs.most) : null}
        value={images}
        inputMode="numeric"
        onChange={(event) => setImages(event.target.value)}
      />
      {saving.error !== null && (
        <p role="alert" className="text-critical">
          {words(saving.error)}
        </p>
      )}
      <div>
        <Button type="submit" kind="strong" busy={saving.isPending} disabled={!isChanged || commandsPerSecond === null || installsAtOnce === null}>
          {common('save')}
        </Button>
      </div>
    </form>
  )
}

/** How much the whole site does at once: the inrush of power commands, and installs that read an image. */
export function LimitsForm() {
  const t = useTranslations('settings')
  const query = useQuery(settingsQuery())
  return (
    <Section title={t('limitsTitle')} text={t('limitsText')}>
      <ReadState query={query}>{(settings) => <Form key={`${settings.commandsPerSecond} ${settings.installsAtOnce}`} settings={settings} />}</ReadState>
    </Section>
  )
}
