namespace Annotator.Inference.Tracking;

/// <summary>
/// Kalman's filter for a box that moves evenly: centre, shape (width by height), height, and the speed of each. The four do
/// not disturb each other, so each is a filter of two numbers of its own.
/// </summary>
internal sealed class BoxFilter
{
    private const double PlaceNoise = 1.0 / 20, SpeedNoise = 1.0 / 160;
    private const double ShapeNoise = 1e-2, ShapeSpeedNoise = 1e-5, ShapeMeasured = 1e-1;

    private readonly Axis[] _axes = new Axis[4];

    /// <param name="box">Left, top, right, bottom.</param>
    public BoxFilter(ReadOnlySpan<double> box)
    {
        var measured = Measure(box);
        for (var i = 0; i < _axes.Length; i++)
        {
            var (place, speed) = i == 2 ? (ShapeNoise, ShapeSpeedNoise) : (2 * PlaceNoise * measured[3], 10 * SpeedNoise * measured[3]);
            _axes[i] = new Axis(measured[i], 0, place * place, 0, speed * speed);
        }
    }

    /// <summary>Left, top, right, bottom.</summary>
    public double[] Box()
    {
        var (x, y, height) = (_axes[0].Place, _axes[1].Place, Math.Max(1e-3, _axes[3].Place));
        var width = Math.Max(1e-3, _axes[2].Place) * height;
        return [x - (width / 2), y - (height / 2), x + (width / 2), y + (height / 2)];
    }

    /// <summary>One frame further.</summary>
    public void Predict()
    {
        var height = Math.Max(1, _axes[3].Place);
        for (var i = 0; i < _axes.Length; i++)
        {
            var (place, speed) = i == 2 ? (ShapeNoise, ShapeSpeedNoise) : (PlaceNoise * height, SpeedNoise * height);
            _axes[i] = _axes[i].Predicted(place * place, speed * speed);
        }
    }

    /// <summary>The box was seen here.</summary>
    public void Update(ReadOnlySpan<double> box)
    {
        var measured = Measure(box);
        var height = Math.Max(1, _axes[3].Place);
        for (var i = 0; i < _axes.Length; i++)
        {
            var noise = i == 2 ? ShapeMeasured : PlaceNoise * height;
            _axes[i] = _axes[i].Updated(measured[i], noise * noise);
        }
    }

    private static double[] Measure(ReadOnlySpan<double> box)
    {
        var (width, height) = (Math.Max(1e-3, box[2] - box[0]), Math.Max(1e-3, box[3] - box[1]));
        return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2, width / height, height];
    }

    /// <summary>A place and its speed with how uncertain they are together.</summary>
    private readonly record struct Axis(double Place, double Speed, double PlaceDoubt, double Both, double SpeedDoubt)
    {
        public Axis Predicted(double placeNoise, double speedNoise) =>
            new(Place + Speed, Speed, PlaceDoubt + (2 * Both) + SpeedDoubt + placeNoise, Both + SpeedDoubt, SpeedDoubt + speedNoise);

        public Axis Updated(double measured, double noise)
        {
            var sum = PlaceDoubt + noise;
            var (gainPlace, gainSpeed) = (PlaceDoubt / sum, Both / sum);
            var off = measured - Place;
            return new Axis(Place + (gainPlace * off), Speed + (gainSpeed * off), (1 - gainPlace) * PlaceDoubt, (1 - gainPlace) * Both, SpeedDoubt - (gainSpeed * Both));
        }
    }
}
