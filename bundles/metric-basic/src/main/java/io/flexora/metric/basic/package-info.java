/** The usual metrics of classification, multiple choice and language modelling. */
package io.flexora.metric.basic;
