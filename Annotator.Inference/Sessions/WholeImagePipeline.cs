using Annotator.Inference.Descriptions;
using Annotator.Inference.Preprocessing;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace Annotator.Inference.Sessions;

/// <summary>
/// Models that give one row of numbers for an image (classes, vectors), scored by ML.NET's OnnxTransformer: pictures stream
/// through it lazily, one at a time. <see cref="ModelSession"/> does the same without it; the benchmark <c>inference</c> has
/// both. Not for several threads at once.
/// </summary>
public sealed class WholeImagePipeline : IDisposable
{
    private readonly MLContext _context = new(seed: 1);
    private readonly ModelDescription _description;
    private readonly OnnxTransformer _transformer;
    private readonly SchemaDefinition _schema;
    private readonly ImagePlacement _fixed;

    /// <param name="path">The checked ONNX file.</param>
    /// <param name="output">The output's name.</param>
    public WholeImagePipeline(string path, ModelDescription description, string output)
    {
        _description = description;
        var (height, width) = (description.Input.Height, description.Input.Width);
        _fixed = ImagePlacement.Of(description.Input, Math.Max(1, width), Math.Max(1, height));
        var length = ImageTensor.Length(_fixed);
        _schema = SchemaDefinition.Create(typeof(Row));
        var column = _schema[nameof(Row.Numbers)];
        column.ColumnName = description.Input.Name;
        column.ColumnType = new VectorDataViewType(NumberDataViewType.Single, length);
        var estimator = _context.Transforms.ApplyOnnxModel(new OnnxOptions
        {
            ModelFile = path,
            InputColumns = [description.Input.Name],
            OutputColumns = [output],
            ShapeDictionary = new Dictionary<string, int[]> { [description.Input.Name] = [1, 3, _fixed.Height, _fixed.Width] },
        });
        _transformer = estimator.Fit(_context.Data.LoadFromEnumerable(Array.Empty<Row>(), _schema));
        OutputName = output;
    }

    public string OutputName { get; }

    /// <summary>One row of numbers for each picture, in order, made while it is read.</summary>
    public IEnumerable<float[]> Score(IEnumerable<PixelImage> images)
    {
        var view = _transformer.Transform(_context.Data.LoadFromEnumerable(images.Select(Prepare), _schema));
        var column = view.Schema[OutputName];
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        var buffer = default(VBuffer<float>);
        while (cursor.MoveNext())
        {
            getter(ref buffer);
            yield return [.. buffer.DenseValues()];
        }
    }

    public void Dispose() => _transformer.Dispose();

    private Row Prepare(PixelImage image)
    {
        var placement = ImagePlacement.Of(_description.Input, image.Width, image.Height);
        if ((placement.Width, placement.Height) != (_fixed.Width, _fixed.Height))
        {
            throw new ModelException("input-size", $"The model is run at {_fixed.Height} × {_fixed.Width}; the picture would need {placement.Height} × {placement.Width}.");
        }

        var numbers = new float[ImageTensor.Length(placement)];
        ImageTensor.Fill(image, placement, _description.Input, numbers);
        return new Row { Numbers = numbers };
    }

    private sealed class Row
    {
        public float[] Numbers { get; set; } = [];
    }
}
