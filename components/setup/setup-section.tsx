'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { changeSetup, setupQuery } from '#lib/api/setup.ts'
import type { BmcSetting } from '#lib/domain/bmc-setup.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { Button } from '../ui/button.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { toast } from '../ui/toast.tsx'
import { SetupFacts } from './setup-facts.tsx'

const SetupDialog = dynamic(() => import('./setup-dialog.tsx').then((module) => module.SetupDialog), { ssr: false })

/** Where the section is on its page. */
export const setupAnchor = 'set-up'

/** How the BMC itself is set up. Some fifty questions to it: they are asked when a person wants to see, and not before. */
export function SetupSection({ node, mayChange }: { node: string; mayChange: boolean }) {
  const t = useTranslations('setup')
  const words = useErrorWords()
  const client = useQueryClient()
  const read = useQuery({ ...setupQuery(node), enabled: false })
  const change = useMutation({
    mutationFn: (setting: BmcSetting) => changeSetup(node, setting),
    onSuccess(answer) {
      if (answer.setup === null) return
      client.setQueryData(setupQuery(node).queryKey, answer)
      toast({ title: t('done'), level: 'ok' })
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ['audit'] }),
  })
  const [asked, setAsked] = useState<BmcSetting | null>(null)
  const error = change.error ?? read.error
  const refusal = error === null ? (change.data?.failure?.message ?? read.data?.failure?.message) : words(error)
  return (
    <section id={setupAnchor} aria-label={t('title')} className="scroll-mt-13.5 border-t px-5 py-4">
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <h2 className="mr-auto font-medium">{t('title')}</h2>
        {read.data?.setup != null && read.data.answeredAt !== null && (
          <span className="text-label text-faint">
            <LocalTime at={read.data.answeredAt} />
          </span>
        )}
        <Button
          busy={read.isFetching}
          onClick={() => {
            // What came of the last change is over once it is read again.
            if (!change.isPending) change.reset()
            void read.refetch()
          }}
        >
          {t(read.data === undefined ? 'read' : 'again')}
        </Button>
      </div>
      {refusal !== undefined && (
        <p role="alert" className="mb-3 text-critical wrap-anywhere">
          {refusal}
        </p>
      )}
      {read.data?.setup == null ? (
        <p className="text-muted">{t('text')}</p>
      ) : (
        <SetupFacts setup={read.data.setup} busy={change.isPending} onSet={mayChange ? setAsked : undefined} />
      )}
      {asked !== null && <SetupDialog node={node} setting={asked} onYes={() => change.mutate(asked)} onClose={() => setAsked(null)} />}
    </section>
  )
}
