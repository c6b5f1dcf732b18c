import { parseExporterAverages, parseExporterMaxima } from '../../haproxy/exporter.ts'
import { backendWitnesses, exporterRules } from './backend-averages.ts'

/** The Prometheus exporter: `haproxy_backend_*_time_average_seconds`, `haproxy_backend_max_*_time_seconds`. */
export const exporterWitnesses = backendWitnesses({
  name: 'exporter',
  ...exporterRules,
  read: ({ exporter }, backend, statistic) =>
    statistic === 'recent'
      ? parseExporterAverages(exporter, backend)
      : parseExporterMaxima(exporter, backend),
})
