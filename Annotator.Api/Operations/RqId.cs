using System.Text.Json.Serialization;

namespace Annotator.Api.Operations;

/// <summary>The id under which a client asks <c>/api/requests</c> about work that was accepted.</summary>
internal sealed record RqId([property: JsonPropertyName("rq_id")] string Value);
