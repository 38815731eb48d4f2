/**
 * A program with Spark's libraries alone, which runs cells as Spark's jobs for a parent process.
 */
package io.flexora.runner.spark.driver;
