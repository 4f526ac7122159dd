import type { Route } from './routes.ts'
import * as schedules from './schedule-contract.ts'

/** The doors for operations that begin by themselves. */
export const scheduleRoutes = {
  listSchedules: { method: 'GET', path: '/api/schedules', access: 'read', summary: 'All schedules', status: 200, answer: schedules.scheduleList },
  createSchedule: {
    method: 'POST',
    path: '/api/schedules',
    access: 'power',
    summary: 'Keep an operation for later, once or by a cron expression; a range is read anew each time',
    status: 201,
    body: schedules.scheduleCreate,
    answer: schedules.schedule,
  },
  readScheduleTimes: {
    method: 'GET',
    path: '/api/schedules/times',
    access: 'read',
    summary: 'The next five times of a cron expression',
    status: 200,
    query: schedules.scheduleTimesQuery,
    answer: schedules.scheduleTimes,
  },
  changeSchedule: {
    method: 'PATCH',
    path: '/api/schedules/{id}',
    access: 'power',
    summary: 'Change a schedule, or switch it on or off; whoever does more than switch it off is who it then acts for',
    status: 200,
    body: schedules.schedulePatch,
    answer: schedules.schedule,
  },
  removeSchedule: { method: 'DELETE', path: '/api/schedules/{id}', access: 'power', summary: 'Remove a schedule', status: 204 },
} as const satisfies Record<string, Route>
