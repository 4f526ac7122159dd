'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { revokeOwnToken, revokeToken } from '#lib/api/commands.ts'
import { ownTokensQuery, tokensQuery } from '#lib/api/queries.ts'
import type { Role } from '#lib/domain/role.ts'
import { ReadState } from './read-state.tsx'
import { AddButton, Section } from './section.tsx'
import { TokenTable } from './token-table.tsx'

const TokenDialog = dynamic(() => import('./token-dialog.tsx').then((file) => file.TokenDialog), { ssr: false })

/** Tokens: one's own, or for an administrator all that there are. `me` is who looks. */
export function Tokens({ of, me }: { of: 'own' | 'site'; me: { name: string; role: Role } }) {
  const t = useTranslations('tokens')
  const isOwn = of === 'own'
  const query = useQuery(isOwn ? ownTokensQuery() : tokensQuery())
  const [making, setMaking] = useState(false)
  return (
    <Section
      title={t(of)}
      text={t(isOwn ? 'ownText' : 'siteText')}
      action={<AddButton onClick={() => setMaking(true)}>{t(isOwn ? 'newOwn' : 'newSite')}</AddButton>}
    >
      <ReadState query={query}>
        {({ tokens }) =>
          tokens.length === 0 ? (
            <p className="px-5 text-muted">{t(isOwn ? 'ownEmpty' : 'siteEmpty')}</p>
          ) : (
            <TokenTable tokens={tokens} isOfAll={!isOwn} revoke={isOwn ? revokeOwnToken : revokeToken} />
          )
        }
      </ReadState>
      {making && <TokenDialog of={of} me={me} onClose={() => setMaking(false)} />}
    </Section>
  )
}
