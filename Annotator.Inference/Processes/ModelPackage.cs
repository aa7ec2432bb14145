using Annotator.Inference.Descriptions;
using Annotator.Inference.Interactive;
using Annotator.Inference.Onnx;
using Annotator.Inference.Sessions;
using Annotator.Inference.Text;
using Annotator.Inference.Tracking;

namespace Annotator.Inference.Processes;

/// <summary>A model as it lies in a folder: <c>model.json</c> and the files that it names.</summary>
public sealed record ModelPackage(string Folder, ModelDescription Description)
{
    /// <exception cref="ModelException"><c>package-incomplete</c>, <c>description-damaged</c> or <c>description-invalid</c>.</exception>
    public static ModelPackage Read(string folder, InferenceLimits limits)
    {
        var path = Path.Combine(folder, ModelDescription.FileName);
        if (!File.Exists(path))
        {
            throw new ModelException("package-incomplete", $"The model has no {ModelDescription.FileName}.");
        }

        if (new FileInfo(path).Length > limits.MaxSidecarBytes)
        {
            throw new ModelException("description-too-long", $"{ModelDescription.FileName} has more than {limits.MaxSidecarBytes:N0} bytes.");
        }

        return new ModelPackage(folder, ModelJson.Read(File.ReadAllText(path), limits));
    }

    /// <summary>Loads all its files. Exactly one of images, interactive and tracker is set.</summary>
    internal (IImageModel? Images, ModelSession? Session, InteractiveModel? Interactive, VitNetwork? Tracker) Open(SessionSettings settings, InferenceLimits limits)
    {
        var files = Description.Files;
        if (Description.Task == ModelTask.Interactive)
        {
            return (null, null, new InteractiveModel(Session(files.Encoder, settings, limits), Session(files.Decoder, settings, limits), Description), null);
        }

        if (Description.Task == ModelTask.Track)
        {
            return (null, null, null, new VitNetwork(Session(files.Model, settings, limits)));
        }

        var model = new ModelSession(Session(files.Model, settings, limits), Labelled(limits), limits);
        if (files.Recogniser is null)
        {
            return (model, model, null, null);
        }

        var names = files.Labels is not null ? LabelFiles.Read(files.Labels, ReadText(files.Labels, limits), limits)
            : LabelFiles.OfMetadata(OnnxFile.Read(PathOf(files.Recogniser), limits).Metadata, limits.MaxLabels)
                ?? throw new ModelException("package-incomplete", $"{ModelDescription.FileName} names no list of characters, and {files.Recogniser} holds none.");
        var reader = Session(files.Recogniser, settings, limits);
        var line = Recognition.TextModels.Line(reader.Inputs[0], reader.Outputs[0].Name) with { Labels = Recognition.LabelQuestions.Labels(names), Batch = 8 };
        ModelSession? orientation = null;
        if (files.Orientation is not null)
        {
            var session = Session(files.Orientation, settings, limits);
            orientation = new ModelSession(session, Recognition.TextModels.Orientation(session.Inputs[0].Name, session.Outputs[0].Name) with { Batch = 8 }, limits);
        }

        return (new TextPipeline(model, new ModelSession(reader, line, limits), orientation), null, null, null);
    }

    /// <summary>Names from the labels' file where the description has none itself.</summary>
    private ModelDescription Labelled(InferenceLimits limits) =>
        Description.Labels.Count > 0 || Description.Files is not { Labels: { } labels, Recogniser: null } ? Description
        : Description with { Labels = Recognition.LabelQuestions.Labels(LabelFiles.Read(labels, ReadText(labels, limits), limits)) };

    private string ReadText(string? name, InferenceLimits limits)
    {
        var path = PathOf(name);
        return new FileInfo(path).Length <= limits.MaxSidecarBytes ? LabelFiles.Decode(Path.GetFileName(path), File.ReadAllBytes(path))
            : throw new ModelException("labels-damaged", $"{name} has more than {limits.MaxSidecarBytes:N0} bytes.");
    }

    private OnnxSession Session(string? name, SessionSettings settings, InferenceLimits limits) => OnnxSession.Open(PathOf(name), settings, limits, Description.Input.Dynamic);

    private string PathOf(string? name)
    {
        if (name is null || !DescriptionRules.IsPlainName(name))
        {
            throw new ModelException("package-incomplete", $"{ModelDescription.FileName} does not name all the files that a model of its kind has.");
        }

        var path = Path.Combine(Folder, name);
        return File.Exists(path) ? path : throw new ModelException("package-incomplete", $"The model's file {name} is missing.");
    }
}
