'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { NodeDetail } from '#lib/api/contract.ts'
import { patchConsole } from '#lib/api/commands.ts'
import { consoleQuery, keys } from '#lib/api/queries.ts'
import { wayChoice } from '#lib/domain/console.ts'
import { LocalTime } from '../ui/local-time.tsx'
import { Select } from '../ui/select.tsx'
import { toast } from '../ui/toast.tsx'
import { Section } from './section.tsx'
import { TrustedKey } from './trusted-key.tsx'
import { useRefusal } from './use-refusal.ts'

/** By which way the serial console is opened, and the host key by which the BMC is known over SSH. */
export function ConsoleSettings({ node, mayEdit }: { node: NodeDetail; mayEdit: boolean }) {
  const t = useTranslations('node.settings.console')
  const saved = useTranslations('node.settings')
  const refusalOf = useRefusal()
  const client = useQueryClient()
  const { data: setting } = useQuery(consoleQuery(node.name))
  const save = useMutation({
    mutationFn: (change: Parameters<typeof patchConsole>[1]) => patchConsole(node.name, change),
    onSuccess: (next) => {
      client.setQueryData(keys.console(node.name), next)
      void client.invalidateQueries({ queryKey: ['audit'] })
      toast({ title: saved('saved'), level: 'ok' })
    },
  })
  if (setting === undefined) return null
  const { way, hostKey } = setting
  const { key = null, pinnedAt = null, other = null } = hostKey ?? {}
  return (
    <Section title={t('title')} end={pinnedAt !== null && <LocalTime at={pinnedAt} />}>
      <div className="flex flex-col gap-3">
        <Select
          label={t('way')}
          value={way}
          onChange={(next) => save.mutate({ way: next })}
          {...(mayEdit ? {} : { reason: saved('mayNot') })}
          hint={t('wayHint')}
          choices={wayChoice.options.map((value) => ({ value, label: t(`ways.${value}`) }))}
        />
        <TrustedKey
          known={key}
          other={other}
          words={{ none: t('keyNone'), known: t('key'), shown: t('keyShown'), trust: t('trustKey'), forget: t('forgetKey'), forgetHint: t('forgetKeyHint') }}
          mayEdit={mayEdit}
          busy={save.isPending}
          onTrust={(next) => save.mutate({ hostKey: next })}
        >
          {other !== null && <p className="text-warning">{t('keyChanged')}</p>}
        </TrustedKey>
        {save.error !== null && (
          <p role="alert" className="text-critical">
            {refusalOf(save.error, node.bmc.address)}
          </p>
        )}
      </div>
    </Section>
  )
}
