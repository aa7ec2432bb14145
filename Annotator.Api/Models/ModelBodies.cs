using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json;
using Annotator.Api.Json;
using Annotator.Api.Lists;
using Annotator.Api.Users;
using Annotator.Core.Models;

namespace Annotator.Api.Models;

/// <summary>One file of a model.</summary>
/// <param name="Sha256">Lower-case hexadecimal digits.</param>
internal sealed record ModelFileRead(string Name, long Bytes, string Sha256);

/// <summary>How fast a model is here.</summary>
/// <param name="MillisecondsPerImage">From pixels to shapes.</param>
/// <param name="Device">The execution provider, such as CPU.</param>
/// <param name="Reason">Why it runs there.</param>
internal sealed record ModelSpeed(double MillisecondsPerImage, string Device, string Reason);

/// <param name="SeriesId">The first version's id.</param>
/// <param name="Visibility">owner or everyone.</param>
/// <param name="State">uploading, checking, asking, ready or refused.</param>
/// <param name="Connector">Where it answers, for a model that does not run here; else null.</param>
/// <param name="Kind">detector, interactor, tracker, reid, classifier, embedder; empty until it is known.</param>
/// <param name="Description">The model's <c>model.json</c>; null until it is known.</param>
/// <param name="Findings">What was recognised, why, and what is to be answered.</param>
internal sealed record ModelRead(
    string Url,
    int Id,
    int SeriesId,
    int Version,
    string Name,
    BasicUser? Owner,
    string Visibility,
    string License,
    string Notes,
    string State,
    string Message,
    ConnectorRead? Connector,
    string Kind,
    JsonElement? Description,
    JsonElement? Findings,
    ModelSpeed? Speed,
    IReadOnlyList<ModelFileRead> Files,
    DateTimeOffset CreatedDate,
    DateTimeOffset UpdatedDate);

/// <param name="SeriesId">Makes it the next version of this model; null for a new one.</param>
/// <param name="Connector">Where it answers, for a model that does not run here: it is asked at once what it is, and takes no files.</param>
internal sealed record ModelWriteRequest(string? Name, int? SeriesId, string? Visibility, string? License, string? Notes, ConnectorWrite? Connector = null);

/// <summary>A model that runs elsewhere.</summary>
/// <param name="Kind">nuclio, label-studio or kserve.</param>
/// <param name="Url">http or https, without a user name: the function's, the backend's, or the model's (/v2/models/NAME).</param>
/// <param name="Labels">Its classes in its order, where it does not tell them itself.</param>
/// <param name="Task">detect or interact.</param>
/// <param name="Secret">A bearer token, or name:password. It is never told again; in a change null leaves it, and an empty text takes it away.</param>
internal sealed record ConnectorWrite(string? Kind, string? Url, string[]? Labels, string? Task, string? Secret);

/// <param name="HasSecret">Whether a secret is kept.</param>
internal sealed record ConnectorRead(string Kind, string Url, IReadOnlyList<string> Labels, string Task, bool HasSecret);

/// <param name="Connector">Another address, other classes or another secret: the model is asked again what it is.</param>
/// <param name="Description">A whole <c>model.json</c>: what the uploader corrected. It is checked against the files again.</param>
internal sealed record PatchedModelWriteRequest(
    Sent<string> Name, Sent<string> Visibility, Sent<string> License, Sent<string> Notes, Sent<JsonElement> Description, Sent<ConnectorWrite> Connector);

/// <summary>The columns behind <see cref="ModelRead"/>.</summary>
internal sealed record ModelRow(
    int Id,
    int SeriesId,
    int Version,
    string Name,
    UserRow? Owner,
    ModelVisibility Visibility,
    string License,
    string Notes,
    ModelState State,
    string Message,
    string? Connector,
    bool HasSecret,
    string Kind,
    string? Description,
    string? Findings,
    double? MillisecondsPerImage,
    string Device,
    string DeviceReason,
    List<ModelFileRead> Files,
    DateTimeOffset CreatedDate,
    DateTimeOffset UpdatedDate,
    uint RowVersion)
{
    public static Expression<Func<AnnotationModel, ModelRow>> Select { get; } = model => new ModelRow(
        model.Id,
        model.SeriesId ?? model.Id,
        model.Version,
        model.Name,
        model.Owner == null ? null : new UserRow(model.Owner.Id, model.Owner.UserName!, model.Owner.FirstName, model.Owner.LastName),
        model.Visibility,
        model.License,
        model.Notes,
        model.State,
        model.Message,
        model.Connector,
        model.SealedSecret != null,
        model.Kind,
        model.Description,
        model.Findings,
        model.MillisecondsPerImage,
        model.Device,
        model.DeviceReason,
        model.Files.OrderBy(file => file.Name).Select(file => new ModelFileRead(file.Name, file.ByteLength, file.Sha256)).ToList(),
        model.CreatedDate,
        model.UpdatedDate,
        model.RowVersion);

    public ModelRead Write(Links links) => new(
        links.To(string.Create(CultureInfo.InvariantCulture, $"/api/models/{Id}")),
        Id,
        SeriesId,
        Version,
        Name,
        BasicUser.Of(Owner, links),
        ModelWords.Of(Visibility),
        License,
        Notes,
        ModelWords.Of(State),
        Message,
        Connector is null ? null : ConnectorOf(Connector),
        Kind,
        Json(Description),
        Json(Findings),
        MillisecondsPerImage is { } milliseconds ? new ModelSpeed(milliseconds, Device, DeviceReason) : null,
        Files,
        CreatedDate,
        UpdatedDate);

    private ConnectorRead ConnectorOf(string text)
    {
        var connector = JsonSerializer.Deserialize<ModelConnector>(text, JsonSerializerOptions.Web)!;
        return new ConnectorRead(connector.Kind, connector.Url, connector.Labels, connector.Task, HasSecret);
    }

    private static JsonElement? Json(string? text) => text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
}

/// <summary>Enumerations as JSON writes them.</summary>
internal static class ModelWords
{
    public static string Of(ModelState state) => state.ToString().ToLowerInvariant();

    public static string Of(ModelVisibility visibility) => visibility.ToString().ToLowerInvariant();

    /// <summary>Null for a word that is none.</summary>
    public static ModelVisibility? Visibility(string? word) => word switch
    {
        "owner" => ModelVisibility.Owner,
        "everyone" => ModelVisibility.Everyone,
        _ => null,
    };
}
