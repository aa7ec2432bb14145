using System.Text.Json;
using System.Text.Json.Serialization;

namespace Annotator.Api.Json;

/// <summary>
/// A field of a PATCH body. It tells "not sent" (leave it) from "sent as null" (empty it), which a nullable cannot.
/// </summary>
internal readonly record struct Sent<T>(T? Value)
{
    /// <summary>False when the body did not name the field.</summary>
    public bool IsSent { get; } = true;

    /// <summary>The value where one was sent, else <paramref name="otherwise"/>.</summary>
    public T? Or(T? otherwise) => IsSent ? Value : otherwise;
}

/// <summary>Reads a present field, null included, as sent.</summary>
internal sealed class SentConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Sent<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<T> : JsonConverter<Sent<T>>
    {
        public override bool HandleNull => true;

        public override Sent<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<T>(ref reader, options));

        public override void Write(Utf8JsonWriter writer, Sent<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
