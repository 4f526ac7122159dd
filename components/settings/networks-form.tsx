'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState, type FormEvent } from 'react'
import { saveNetworks } from '#lib/api/commands.ts'
import type { Settings } from '#lib/api/contract.ts'
import { looksLikeNetwork, toNetworks } from '#lib/api/networks.ts'
import { keys, settingsQuery } from '#lib/api/queries.ts'
import { Button } from '#components/ui/button.tsx'
import { TextArea } from '#components/ui/text-field.tsx'
import { toast } from '#components/ui/toast.tsx'
import { ReadState, useErrorWords } from './read-state.tsx'
import { Section } from './section.tsx'

function Fixed({ networks }: { networks: string[] }) {
  const t = useTranslations('settings')
  return (
    <div className="px-5">
      <ul className="font-mono">
        {networks.map((network) => (
          <li key={network}>{network}</li>
        ))}
      </ul>
      <p className="mt-3 text-muted">{t('networksFixed')}</p>
    </div>
  )
}

function Form({ settings }: { settings: Settings }) {
  const t = useTranslations('settings')
  const account = useTranslations('account')
  const common = useTranslations('common')
  const words = useErrorWords()
  const client = useQueryClient()
  const [text, setText] = useState(settings.networks.join('\n'))
  const [wrong, setWrong] = useState<string | null>(null)
  const saving = useMutation({
    mutationFn: saveNetworks,
    onSuccess: (saved) => {
      client.setQueryData(keys.settings, saved)
      toast({ level: 'ok', title: t('networksSaved') })
    },
    onError: (error) => setWrong(words(error)),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const networks = toNetworks(text)
    const bad = networks.find((network) => !looksLikeNetwork(network))
    setWrong(bad === undefined ? null : account('networksWrong', { value: bad }))
    if (bad === undefined) saving.mutate(networks)
  }
  return (
    <form onSubmit={submit} className="flex max-w-md flex-col gap-3 px-5">
      <TextArea
        label={t('networksLabel')}
        hint={account('networksExample')}
        error={wrong}
        value={text}
        rows={5}
        mono
        onChange={(event) => {
          setText(event.target.value)
          setWrong(null)
        }}
      />
      {settings.networks.length === 0 && <p className="text-warning">{t('networksEmpty')}</p>}
      <div>
        <Button type="submit" kind="strong" busy={saving.isPending}>
          {common('save')}
        </Button>
      </div>
    </form>
  )
}

/** The networks that nodes may lie in. */
export function NetworksForm() {
  const t = useTranslations('settings')
  const query = useQuery(settingsQuery())
  return (
    <Section title={t('networksTitle')} text={t('networksText')}>
      <ReadState query={query}>
        {(settings) => (settings.networksFromEnvironment ? <Fixed networks={settings.networks} /> : <Form settings={settings} />)}
      </ReadState>
    </Section>
  )
}
