/** Runs the cells of a comparison as jobs of an application on an Apache Spark cluster. */
package io.flexora.runner.spark;
