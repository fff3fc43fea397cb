import { kafkaIntakeSuite } from '../../contract/kafka-intake.ts';

kafkaIntakeSuite('3.9', process.env.KAFKA_39_BROKERS);
