import { describeWithService } from '@dmitry/kit/testing';
import { connectKafka, describeEventBusContract } from '../src/testing/index.ts';

describeWithService('kafka', 'Kafka', (brokers) => {
  describeEventBusContract('Kafka', () => connectKafka(brokers));
});
