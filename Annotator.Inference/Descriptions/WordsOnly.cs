using System.Text.Json.Serialization;

namespace Annotator.Inference.Descriptions;

/// <summary>A value of a list as its word, never as its number, which would mean another word after the list has grown.</summary>
internal sealed class WordsOnly<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;
