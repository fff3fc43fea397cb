import { kafkaIntakeSuite } from '../../contract/kafka-intake.ts';

kafkaIntakeSuite('4.x', process.env.KAFKA_BROKERS);
