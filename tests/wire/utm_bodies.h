/* Pieces of bodies of the F3548 face, and a reader for each kind of body. */
#ifndef SL_TESTS_WIRE_UTM_BODIES_H
#define SL_TESTS_WIRE_UTM_BODIES_H

#define ID "11111111-2222-4333-8444-555555555555"
#define ID2 "aaaaaaaa-bbbb-4ccc-9ddd-eeeeeeeeeeee"
#define OVN "0123456789abcdef0123456789abcdef0123456789ab"
#define URL "\"uss_base_url\":\"https://uss.example/u\""

#define CIRCLE "\"outline_circle\":{\"center\":{\"lng\":8.5,\"lat\":47.25},\"radius\":{\"value\":150.5,\"units\":\"M\"}}"
#define POLYGON \
  "\"outline_polygon\":{\"vertices\":[{\"lng\":8,\"lat\":47},{\"lng\":8.01,\"lat\":47},{\"lng\":8.01,\"lat\":47.01}]}"
#define ALTITUDE(name, value) "\"altitude_" name "\":{\"value\":" value ",\"reference\":\"W84\",\"units\":\"M\"}"
#define LOWER ALTITUDE("lower", "10")
#define UPPER ALTITUDE("upper", "120.25")
#define TIME(name, value) "\"time_" name "\":{\"value\":\"" value "\",\"format\":\"RFC3339\"}"
#define START TIME("start", "2027-01-15T08:00:00Z")
#define END TIME("end", "2027-01-15T09:00:00Z")
#define START2 TIME("end", "2027-01-15T08:00:00Z")
#define VOLUME(inside, times) "{\"volume\":{" inside "}," times "}"
#define FULL VOLUME(CIRCLE "," LOWER "," UPPER, START "," END)
#define CORNER VOLUME(POLYGON "," LOWER "," UPPER, START "," END)

#define INTENT(more) "{\"extents\":[" FULL "],\"state\":\"Accepted\"," URL more "}"
#define CONSTRAINT(volume, more) "{\"extents\":[" volume "]," URL more "}"
#define SUBSCRIPTION(volume, more) "{\"extents\":" volume "," URL more "}"
#define QUERY(volume) "{\"area_of_interest\":" volume "}"

#define REFERENCE_COMMON \
  "\"id\":\"" ID "\",\"manager\":\"uss1\",\"uss_availability\":\"Normal\",\"version\":3," START "," END "," URL
#define INTENT_REFERENCE "{" REFERENCE_COMMON ",\"state\":\"Activated\",\"ovn\":\"" OVN "\",\"subscription_id\":\"" ID2 "\"}"
#define CONSTRAINT_REFERENCE "{" REFERENCE_COMMON ",\"ovn\":\"" OVN "\"}"
#define STATES "\"subscriptions\":[{\"subscription_id\":\"" ID2 "\",\"notification_index\":7}]"
#define DETAILS "{\"volumes\":[" FULL "],\"priority\":5}"
#define INTENT_DETAILS(more) "{\"operational_intent_id\":\"" ID "\"," STATES more "}"
#define CONSTRAINT_DETAILS(more) "{\"constraint_id\":\"" ID "\"," STATES more "}"
#define EXCHANGE \
  "\"url\":\"https://a.example\",\"method\":\"PUT\",\"recorder_role\":\"Client\",\"request_time\":{\"value\":" \
  "\"2027-01-15T08:00:00Z\",\"format\":\"RFC3339\"}"

#endif
