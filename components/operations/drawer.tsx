'use client'

import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useEffect } from 'react'
import { operationsQuery } from '#lib/api/queries.ts'
import type { Role } from '#lib/domain/role.ts'
import { useWatched, watchOperation } from './watched.ts'

const DrawerBody = dynamic(() => import('./drawer-body.tsx').then((module) => module.DrawerBody), { ssr: false })

/**
 * What this person has asked for and is not finished, at the foot of every page: what was asked on this page at once, the rest as soon as
 * it is known to run. It is asked with the question that the rail asks anyway; its code comes when there is something to show.
 */
export function OperationDrawer({ name, role }: { name: string; role: Role }) {
  const watched = useWatched()
  const mine = useQuery({ ...operationsQuery({ state: 'running' }), select: ({ operations }) => operations.flatMap(({ id, by }) => (by === name ? [id] : [])).join() }).data
  useEffect(() => {
    for (const id of mine?.split(',') ?? []) if (id !== '') watchOperation(id)
  }, [mine])
  return watched.length === 0 ? null : <DrawerBody ids={watched} role={role} />
}
