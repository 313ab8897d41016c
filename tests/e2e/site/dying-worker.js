// Starts, and dies of its first job.
onmessage = ({ data: { module } }) => {
  if (!module) throw new Error('dead')
  postMessage({})
}
