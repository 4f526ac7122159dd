'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { BellOff } from 'lucide-react'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { endSilence } from '#lib/api/alert-commands.ts'
import { silencesQuery } from '#lib/api/alert-queries.ts'
import { keys } from '#lib/api/queries.ts'
import type { Silence } from '#lib/domain/silence.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { ReadState } from '../settings/read-state.tsx'
import { Section } from '../settings/section.tsx'
import { Button } from '../ui/button.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { toast } from '../ui/toast.tsx'

const SilenceDialog = dynamic(() => import('./silence-dialog.tsx').then((module) => module.SilenceDialog), { ssr: false })

function SilenceLine({ silence, mayEnd }: { silence: Silence; mayEnd: boolean }) {
  const t = useTranslations('alerts.silence')
  const words = useErrorWords()
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: () => endSilence(silence.id),
    onSuccess: () => toast({ level: 'ok', title: t('ended') }),
    onError: (error) => toast({ level: 'critical', title: words(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.silences }),
  })
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b px-5 py-2">
      <span className="max-w-80 min-w-24 truncate font-mono" title={silence.range}>
        {silence.range}
      </span>
      <span className="min-w-0 flex-1 basis-40 break-words">{silence.reason}</span>
      <span className="text-muted">{silence.by}</span>
      <span className="text-muted">
        {t('until')} <LocalTime at={silence.until} />
      </span>
      {mayEnd && (
        <Button size="sm" kind="quiet" busy={end.isPending} onClick={() => end.mutate()} title={t('endTitle', { range: silence.range })}>
          {t('end')}
        </Button>
      )}
    </li>
  )
}

/** Which nodes are kept quiet, by whom, why and until when. */
export function Silences({ mayEdit }: { mayEdit: boolean }) {
  const t = useTranslations('alerts.silence')
  const query = useQuery(silencesQuery())
  const [isAsking, setAsking] = useState(false)
  return (
    <Section
      title={t('list')}
      text={t('explain')}
      action={
        mayEdit ? (
          <Button onClick={() => setAsking(true)}>
            <BellOff size={15} aria-hidden />
            {t('new')}
          </Button>
        ) : undefined
      }
    >
      <ReadState query={query}>
        {({ silences }) =>
          silences.length === 0 ? (
            <p className="px-5 text-muted">{t('none')}</p>
          ) : (
            <ul aria-label={t('list')} className="border-t">
              {silences.map((silence) => (
                <SilenceLine key={silence.id} silence={silence} mayEnd={mayEdit} />
              ))}
            </ul>
          )
        }
      </ReadState>
      {isAsking && <SilenceDialog onClose={() => setAsking(false)} />}
    </Section>
  )
}
