/** A request that was taken up, asked for `again` until it is done. The server holds each question for some seconds, so there is no pause. */
export async function untilDone<Answer extends { state: string }>(request: Answer, again: () => Promise<Answer>): Promise<Answer> {
  let answer = request
  while (answer.state !== 'done') answer = await again()
  return answer
}
