'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { revokeToken } from '#lib/api/commands.ts'
import type { ApiToken } from '#lib/api/contract.ts'
import { keys, tokensQuery } from '#lib/api/queries.ts'
import { Age } from '#components/ui/age.tsx'
import { Button } from '#components/ui/button.tsx'
import { CopyBox } from '#components/ui/copy.tsx'
import { Cell, HeadCell, Row, Table } from '#components/ui/table.tsx'
import { toast } from '#components/ui/toast.tsx'
import { ReadState, useErrorWords } from './read-state.tsx'
import { Section } from './section.tsx'

const command = 'npm run -s token -- --name NAME --role viewer'

function TokenRow({ token }: { token: ApiToken }) {
  const t = useTranslations('settings')
  const roles = useTranslations('roles')
  const words = useErrorWords()
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSuccess: () => toast({ level: 'ok', title: t('tokenRevoked') }),
    onError: (error) => toast({ level: 'critical', title: words(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.tokens }),
  })
  return (
    <Row>
      <Cell className="font-medium">{token.name}</Cell>
      <Cell>{roles(token.role)}</Cell>
      <Cell>
        <Age at={token.lastUsedAt} />
      </Cell>
      <Cell numeric>
        <Button size="sm" kind="quiet" busy={revoke.isPending} onClick={() => revoke.mutate()}>
          {t('tokenRevoke')}
        </Button>
      </Cell>
    </Row>
  )
}

/** The scripts that may come in, and how another gets its token. */
export function Tokens() {
  const t = useTranslations('settings')
  const query = useQuery(tokensQuery())
  return (
    <Section title={t('tokens')} text={t('apiTokens')}>
      <div className="mb-4 max-w-xl px-5">
        <CopyBox text={command} />
      </div>
      <ReadState query={query}>
        {({ tokens }) =>
          tokens.length === 0 ? (
            <p className="px-5 text-muted">{t('tokensEmpty')}</p>
          ) : (
            <Table>
              <thead>
                <tr>
                  <HeadCell>{t('tokenName')}</HeadCell>
                  <HeadCell>{t('role')}</HeadCell>
                  <HeadCell>{t('lastUsed')}</HeadCell>
                  <HeadCell aria-hidden />
                </tr>
              </thead>
              <tbody>
                {tokens.map((token) => (
                  <TokenRow key={token.id} token={token} />
                ))}
              </tbody>
            </Table>
          )
        }
      </ReadState>
    </Section>
  )
}
