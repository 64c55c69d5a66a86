// Original file: proto/consilium/v1/enrolment.proto


export interface DescribeRequestInput {
}

export interface DescribeRequest {
}
