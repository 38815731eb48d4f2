/** The tracker {@code mlflow}: a client of the REST API of an MLflow server. */
package io.flexora.tracker.mlflow;
