import { EventBusAlerts } from '../shared/adapters/event-bus-alerts.ts';
import { SecurityHubAlerts } from '../shared/adapters/security-hub-alerts.ts';
import { SnsAlerts } from '../shared/adapters/sns-alerts.ts';
import type { AlertChannel } from '../shared/jobs/alert-channel.ts';
import { configuration } from './configuration.ts';

/** Where this deployment sends alerts: always to its topic; to an event bus and to Security Hub if its parameters say so. */
export function alertChannels(): AlertChannel[] {
  const { ALERTS_TOPIC } = configuration('ALERTS_TOPIC');
  const { EVENT_BUS: bus = '', SECURITY_HUB: hub = '' } = process.env;
  return [
    new SnsAlerts(ALERTS_TOPIC),
    ...(bus === '' ? [] : [new EventBusAlerts(bus)]),
    ...(hub === '' ? [] : [new SecurityHubAlerts(hubPlace(ALERTS_TOPIC), Date.now)]),
  ];
}

/** Partition, region and account are this deployment's own, as its topic's ARN has them: `arn:aws:sns:REGION:ACCOUNT:NAME`. */
function hubPlace(topic: string): { partition: string; region: string; account: string } {
  const [, partition = '', , region = '', account = ''] = topic.split(':');
  return { partition, region, account };
}
