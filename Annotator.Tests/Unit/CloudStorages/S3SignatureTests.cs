using Annotator.Core.CloudStorages;

namespace Annotator.Tests.Unit.CloudStorages;

/// <summary>The examples that Amazon publishes with the specification.</summary>
public sealed class S3SignatureTests
{
    private static readonly CloudCredentials Keys = new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    private static readonly DateTimeOffset Then = new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public void A_request_is_signed_as_the_specification_signs_it(string query, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://examplebucket.s3.amazonaws.com/?{query}");

        S3Signature.Sign(
            request, "/", query.Split('&').Select(pair => pair.Split('=')).Select(pair => KeyValuePair.Create(pair[0], pair[1])), S3Signature.EmptyHash, Keys, "us-east-1", Then);

        Assert.EndsWith($"Signature={signature}", request.Headers.GetValues("Authorization").Single());
    }
}
