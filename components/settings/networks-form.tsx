'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { saveNetworks } from '#lib/api/commands.ts'
import type { Settings } from '#lib/api/contract.ts'
import { looksLikeNetwork, toNetworks } from '#lib/api/networks.ts'
import { keys, settingsQuery } from '#lib/api/queries.ts'
import { Button } from '#components/ui/button.tsx'
import { TextArea } from '#components/ui/text-field.tsx'
import { ReadState } from './read-state.tsx'
import { Section } from './section.tsx'
import { useSavedText } from './use-saved-text.ts'

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
  const { field, busy, submit } = useSavedText({
    saved: settings.networks.join('\n'),
    parse(text) {
      const networks = toNetworks(text)
      const bad = networks.find((network) => !looksLikeNetwork(network))
      return bad === undefined ? { value: networks } : { wrong: account('networksWrong', { value: bad }) }
    },
    save: saveNetworks,
    queryKey: keys.settings,
    savedTitle: t('networksSaved'),
  })
  return (
    <form onSubmit={submit} className="flex max-w-md flex-col gap-3 px-5">
      <TextArea
        label={t('networksLabel')}
        hint={account('networksExample')}
        rows={5}
        mono
        {...field}
      />
      {settings.networks.length === 0 && <p className="text-warning">{t('networksEmpty')}</p>}
      <div>
        <Button type="submit" kind="strong" busy={busy}>
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
