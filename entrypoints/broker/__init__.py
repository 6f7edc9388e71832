"""Events that come through a broker: NATS JetStream, RabbitMQ or Kafka, each by FastStream."""
