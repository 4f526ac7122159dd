'use client'

import { useMutation } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { NodeDetail } from '#lib/api/contract.ts'
import { startProbe } from '#lib/api/commands.ts'
import { Button } from '../ui/button.tsx'
import { ProbeFindings } from './probe-findings.tsx'
import { useRefusal } from './use-refusal.ts'

/** Asks the BMC again what it is and can, and tells what came of it. */
export function ProbeAgain({ node }: { node: NodeDetail }) {
  const t = useTranslations('node.settings')
  const refusalOf = useRefusal()
  const probe = useMutation({ mutationFn: () => startProbe({ node: node.name }) })
  return (
    <>
      <Button className="self-start" busy={probe.isPending} onClick={() => probe.mutate()}>
        {t('probeAgain')}
      </Button>
      {probe.data !== undefined && (
        <div className="w-full">
          <ProbeFindings key={probe.data.id} id={probe.data.id} address={node.bmc.address} />
        </div>
      )}
      {probe.error !== null && (
        <p role="alert" className="w-full text-critical">
          {refusalOf(probe.error, node.bmc.address)}
        </p>
      )}
    </>
  )
}
