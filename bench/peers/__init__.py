"""What others would build for the same durable event, run under the same conditions as we are."""
