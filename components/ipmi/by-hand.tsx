'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { IpmiAsk } from '#lib/api/contract.ts'
import { sendIpmi } from '#lib/api/ipmi.ts'
import { toSearch } from '#lib/api/paths.ts'
import { Button } from '../ui/button.tsx'
import { serverNow } from '../ui/clock.tsx'
import { Link } from '../ui/link.tsx'
import { TextField } from '../ui/text-field.tsx'
import { AnswerCard } from './answer-card.tsx'
import { emptyCommand, toCommand, type CommandForm, type CommandProblem } from './command-form.ts'

const SendDialog = dynamic(() => import('./send-dialog.tsx').then((module) => module.SendDialog), { ssr: false })

type Sent = { command: IpmiAsk; /** From when on its rows stand in the audit. */ since: string }

/** One IPMI command by its bytes: written, looked at once more, sent once, and what the BMC answered. */
export function IpmiByHand({ node, isProtected }: { node: string; isProtected: boolean }) {
  const t = useTranslations('ipmi')
  const client = useQueryClient()
  const [form, setForm] = useState<CommandForm>(emptyCommand)
  const [isTried, setTried] = useState(false)
  const [asked, setAsked] = useState<IpmiAsk | null>(null)
  const send = useMutation({
    mutationFn: ({ command }: Sent) => sendIpmi(node, command),
    onSettled: () => void client.invalidateQueries({ queryKey: ['audit'] }),
  })
  const found = toCommand(form)
  const problems = isTried && 'problems' in found ? found.problems : []
  const look = () => {
    setTried(true)
    if ('command' in found && !send.isPending) setAsked(found.command)
  }
  const box = (field: keyof CommandForm) => ({
    mono: true,
    label: t(field),
    hint: t(`hint.${field}`),
    value: form[field],
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [field]: event.target.value }),
    error: toWords(problems, field, t),
    autoCapitalize: 'none',
    autoComplete: 'off',
    spellCheck: false,
  })
  return (
    <section aria-label={t('title')} className="flex w-full max-w-3xl flex-col gap-4 px-5 py-4">
      <div>
        <h2 className="font-medium">{t('title')}</h2>
        <p className="mt-1 max-w-prose text-muted">{t('text')}</p>
      </div>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          look()
        }}
      >
        <div className="grid grid-cols-2 gap-4">
          <TextField {...box('netFn')} />
          <TextField {...box('cmd')} />
        </div>
        <TextField {...box('data')} />
        <div>
          <Button type="submit" busy={send.isPending} {...(isProtected ? { reason: t('protected') } : {})}>
            {send.isPending ? t('sending') : t('look')}
          </Button>
        </div>
      </form>
      {send.variables !== undefined && (send.isSuccess || send.isError) && (
        <>
          <AnswerCard command={send.variables.command} request={send.data} error={send.error} />
          <Link href={`/audit${toSearch({ node, action: 'ipmi', from: send.variables.since })}`} className="self-start">
            {t('audit')}
          </Link>
        </>
      )}
      {asked !== null && (
        <SendDialog
          node={node}
          command={asked}
          onSend={() => send.mutate({ command: asked, since: new Date(serverNow() - 1_000).toISOString() })}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  )
}

function toWords(problems: readonly CommandProblem[], field: keyof CommandForm, t: ReturnType<typeof useTranslations<'ipmi'>>): string | null {
  const problem = problems.find((one) => one.field === field)
  return problem === undefined ? null : t(`problem.${problem.code}`)
}
